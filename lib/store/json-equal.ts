export { hasMembers, jsonEqual } from '../protocol/json-equal.js';
