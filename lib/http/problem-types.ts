import { brand } from '../protocol/brand.js';

/** What every problem of one type has in common. */
export interface ProblemType {
  /** The HTTP status code that it is answered with. */
  readonly status: number;
  /** A short summary that does not vary from one occurrence to the next. */
  readonly title: string;
  /** For the page that the problem's `type` leads to: what happened, and what the client can do. */
  readonly meaning: string;
}

const types = {
  'malformed-json': {
    status: 400,
    title: 'Malformed JSON',
    meaning:
      'The body is not JSON as RFC 8259 defines it. The detail names the line and column where reading stopped. Comments, trailing commas, single quotes and NaN are not JSON. Correct the text and send it again.',
  },
  'empty-body': {
    status: 400,
    title: 'Empty body',
    meaning:
      'The request declares a JSON media type but its body is empty, and an empty text is not JSON. Send a document, or leave out Content-Type where the method needs no body.',
  },
  'invalid-utf8': {
    status: 400,
    title: 'Invalid UTF-8',
    meaning:
      'The body holds bytes that are not UTF-8. They are refused, because replacing them would change the data in silence. Encode the body as UTF-8 and send it again.',
  },
  'duplicate-name': {
    status: 400,
    title: 'Duplicate member name',
    meaning:
      'An object in the body has two members of the same name, and readers of JSON disagree on which one counts (RFC 7493, section 2.3). The pointer names the member. Send each name once.',
  },
  'forbidden-name': {
    status: 400,
    title: 'Forbidden member name',
    meaning:
      'The body has a member name that programs mistake for part of their own objects: "__proto__", or "constructor" with "prototype" inside. Rename the member.',
  },
  'too-deep': {
    status: 400,
    title: 'Nested too deeply',
    meaning:
      'Arrays and objects in the body lie inside each other more deeply than the server reads. Send a flatter document.',
  },
  'number-range': {
    status: 400,
    title: 'Number out of range',
    meaning:
      'A number in the body cannot be held exactly by an IEEE 754 double, so keeping it would round it in silence. Send a smaller number, or send the digits as a string where the schema allows one.',
  },
  'forbidden-character': {
    status: 400,
    title: 'Forbidden character',
    meaning:
      'A string in the body holds U+0000 or half of a surrogate pair, which not every store can keep. Remove the character, or encode binary data as text, in base64 for example.',
  },
  'bad-encoding': {
    status: 400,
    title: 'Body cannot be decoded',
    meaning:
      'The body is not what its Content-Encoding says: the compressed data is damaged or ends too early. Compress it again, or send it without Content-Encoding.',
  },
  'bad-iri': {
    status: 400,
    title: 'Malformed request target',
    meaning:
      'The path of the request holds a percent sign that two hexadecimal digits do not follow, bytes that are not UTF-8, or a character that no path may hold. Build the target from the links and templates that documents give.',
  },
  'bad-query': {
    status: 400,
    title: 'Query not understood',
    meaning:
      'The query of the request names a variable that the template of this resource does not declare, repeats one, or gives it a value of the wrong type. The detail names the variable. Expand the URI template that links here.',
  },
  'bad-host': {
    status: 400,
    title: 'Missing or malformed Host',
    meaning:
      'A request must carry exactly one Host header field with a valid value (RFC 9112, section 3.2). Send the authority of the target IRI.',
  },
  'bad-request': {
    status: 400,
    title: 'Bad request',
    meaning:
      'The server cannot read the request as HTTP, or the request breaks a rule that no more exact type describes. The detail says which. Correct the request before it is sent again.',
  },
  'bad-precondition': {
    status: 400,
    title: 'Malformed precondition',
    meaning:
      'If-Match or If-None-Match is neither * nor a list of entity tags in double quotes (RFC 9110, section 13.1). A malformed condition is never taken as true, so nothing was done. Copy the ETag of an earlier answer, quotes included.',
  },
  'bad-idempotency-key': {
    status: 400,
    title: 'Idempotency-Key not taken',
    meaning:
      'Idempotency-Key names a request once for all its repetitions: one field with 1 to 255 visible ASCII characters, best in double quotes, such as a new UUID for each request. The request has something else there, or several such fields; or it is not known whose key it is, for what one caller was answered is given to no other. The request was not carried out.',
  },
  'malformed-patch': {
    status: 400,
    title: 'Malformed patch',
    meaning:
      'The body is JSON but not the patch that its Content-Type says: a JSON Patch is an array of operations, each with "op", "path" and what else the operation needs (RFC 6902, section 4). The errors name the operations that are wrong. Nothing was changed.',
  },
  unauthorized: {
    status: 401,
    title: 'Authentication required',
    meaning:
      'The resource needs to know who is asking, and the request has no valid credentials. WWW-Authenticate names the schemes that are understood. Authenticate and send the request again.',
  },
  'payment-required': {
    status: 402,
    title: 'Payment required',
    meaning:
      'The server carries out the request only once it is paid for. The detail says what is owed, and how to pay. Send the request again afterwards.',
  },
  forbidden: {
    status: 403,
    title: 'Forbidden',
    meaning:
      'The server understood the request and refuses it. The same request with the same credentials will be refused again.',
  },
  'not-found': {
    status: 404,
    title: 'Not found',
    meaning:
      'Nothing is here, or no longer. Start from the catalog at the root of the API and follow its links, rather than keep IRIs.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'Method not allowed',
    meaning:
      'The resource exists and does not have this method. The Allow header field lists the methods that it has.',
  },
  'not-acceptable': {
    status: 406,
    title: 'Not acceptable',
    meaning:
      'The resource has no representation in a media type that the Accept header field admits. The detail lists the types that it has. Ask for one of them, or leave out Accept.',
  },
  'request-timeout': {
    status: 408,
    title: 'Request timeout',
    meaning:
      'The request did not arrive whole within the time that the server waits. It can be sent again as it is.',
  },
  conflict: {
    status: 409,
    title: 'Conflict',
    meaning:
      'The request contradicts the present state, such as an id that is taken already, a value that must be unique, or a patch for members that are not there. The detail says which. Fetch the resource, resolve the conflict and send the request again.',
  },
  'self-mismatch': {
    status: 409,
    title: 'The document belongs to another resource',
    meaning:
      'The "self" of the document in the body does not resolve to the target of the request. Send it to the IRI that its "self" names, correct "self", or leave it out.',
  },
  'in-use': {
    status: 409,
    title: 'Still in use',
    meaning:
      'The entity cannot be removed while other entities exist within it or refer to it. Remove those first.',
  },
  gone: {
    status: 410,
    title: 'Gone',
    meaning:
      'What was here was removed for good and does not come back. Remove every link to it, and do not ask again.',
  },
  'precondition-failed': {
    status: 412,
    title: 'Precondition failed',
    meaning:
      'A condition of the request, such as If-Match, does not hold: the resource is not in the state that the client expects, and nothing was changed. Fetch the resource, apply the change to what is there now, and send it with the new ETag.',
  },
  'content-too-large': {
    status: 413,
    title: 'Content too large',
    meaning:
      'The body is longer than the server accepts, counted after decompression, or asks for more at once than the server does. Send less at a time.',
  },
  'uri-too-long': {
    status: 414,
    title: 'Request target too long',
    meaning: 'The target of the request is longer than the server reads. Shorten the query.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'Unsupported media type',
    meaning:
      'The Content-Type of the body is missing, malformed, or none that this resource reads; the only charset is UTF-8. Accept-Post or Accept-Patch lists the types that are read.',
  },
  'unsupported-encoding': {
    status: 415,
    title: 'Unsupported content encoding',
    meaning:
      'The server cannot decode the Content-Encoding of the body. Accept-Encoding lists the encodings that it can; none at all is always understood.',
  },
  'expectation-failed': {
    status: 417,
    title: 'Expectation failed',
    meaning:
      'The only expectation that the server can meet is "100-continue". Send the request without Expect.',
  },
  'not-a-document': {
    status: 422,
    title: 'Not a document',
    meaning:
      'The body is JSON but not an object, and this resource reads Shoji documents. Send an object with "element" and what belongs to it, or as a merge patch the members to change.',
  },
  'invalid-document': {
    status: 422,
    title: 'Invalid document',
    meaning:
      'The body is well-formed but breaks the rules of the protocol or of the schema of this resource. Each error names a place in the body, by JSON Pointer, and the rule that it breaks. Nothing was written.',
  },
  'idempotency-mismatch': {
    status: 422,
    title: 'Idempotency-Key used for another request',
    meaning:
      'A request with this Idempotency-Key was carried out before, and its body was another one. A key names one request and its repetitions: send the same body again to get the same answer, or use a new key.',
  },
  locked: {
    status: 423,
    title: 'Locked',
    meaning:
      'The resource is locked, and does not change until it is unlocked. Nothing was changed. Unlock it, or wait until its holder does, and send the request again.',
  },
  'precondition-required': {
    status: 428,
    title: 'Precondition required',
    meaning:
      'The resource changes only for clients that say which state they have seen, so that no change is lost. Fetch it, and send the request with its ETag in If-Match.',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests',
    meaning:
      'The caller has sent more requests than are allowed in a given time, and this one was not carried out. Retry-After, if there is one, says when to try again.',
  },
  'too-many-headers': {
    status: 431,
    title: 'Too many header fields',
    meaning: 'The request has more header fields than the server reads. Send fewer.',
  },
  'headers-too-large': {
    status: 431,
    title: 'Header fields too large',
    meaning:
      'The header fields of the request are longer, together, than the server reads. Send shorter ones.',
  },
  'unavailable-for-legal-reasons': {
    status: 451,
    title: 'Unavailable for legal reasons',
    meaning:
      'The server is not allowed to show the resource, because of a legal demand. The detail says which, as far as it may be told.',
  },
  'internal-error': {
    status: 500,
    title: 'Internal error',
    meaning:
      'The server failed in a way that is its own fault, and has written down what happened. The request may succeed later; whoever runs the server can find out more.',
  },
  'not-implemented': {
    status: 501,
    title: 'Not implemented',
    meaning:
      'No resource of the server knows the method of the request, or the server does not know its Transfer-Encoding.',
  },
  'bad-gateway': {
    status: 502,
    title: 'Bad gateway',
    meaning:
      'Another server, which this one asked in order to answer, gave an answer that cannot be used. The request may succeed later.',
  },
  unavailable: {
    status: 503,
    title: 'Unavailable',
    meaning:
      'Something that the server needs, such as its store, cannot be reached or is too busy just now. Retry-After says when to try again.',
  },
  timeout: {
    status: 503,
    title: 'No answer in time',
    meaning:
      'The resource did not answer within the time that the server allows it. Fetch the resource to see whether a change was made before it is tried again.',
  },
  'gateway-timeout': {
    status: 504,
    title: 'Gateway timeout',
    meaning:
      'Another server, which this one asked in order to answer, did not answer in time. Fetch the resource to see whether a change was made before it is tried again.',
  },
  'insufficient-storage': {
    status: 507,
    title: 'Insufficient storage',
    meaning: 'The server has no room to keep the change, and has not made it. Reading goes on as before.',
  },
};

/** The stable names of the problems that the framework knows; each is the last segment of a problem's `type`. */
export type ProblemName = keyof typeof types;

/** The types of problems that the framework knows, by their stable names. */
export const problemTypes: Readonly<Record<ProblemName, ProblemType>> = types;

/**
 * A type of problem of an API's own, as `defineProblem()` makes it.
 *
 * @see RFC 9457, section 4
 */
export class ProblemDefinition<
  Members extends object | undefined = object | undefined,
> implements ProblemType {
  /** The last segment of the IRI that its `type` is. */
  readonly name: string;
  readonly status: number;
  readonly title: string;
  readonly meaning: string;
  /** The JSON Schema of its extension members; undefined where it has none. */
  readonly members: object | undefined;
  /** Never there: carries the type of the members to whoever throws it. */
  declare readonly '~members'?: Members;

  constructor(name: string, { status, title, meaning }: ProblemType, members: object | undefined) {
    this.name = name;
    this.status = status;
    this.title = title;
    this.meaning = meaning;
    this.members = members;
    Object.freeze(this);
  }
}
brand(ProblemDefinition, 'ProblemDefinition');

/**
 * Members of a problem document that no extension may be named like.
 *
 * @see RFC 9457, section 3.1
 */
export const RESERVED_MEMBERS: readonly string[] = [
  'type',
  'title',
  'status',
  'detail',
  'instance',
  'errors',
];
