import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeUtf8, readJson } from '../../lib/protocol/json/read.js';
import { corpusFolder } from '../corpus.js';

/** Files that JSON allows and this reader has a fault against. */
const policy: Readonly<Record<string, readonly string[]>> = {
  'y_object_duplicated_key.json': ['duplicate-name'],
  'y_object_duplicated_key_and_value.json': ['duplicate-name'],
  'y_object_escaped_null_in_key.json': ['null-character'],
  'y_string_null_escape.json': ['null-character'],
};

/** What becomes of the files that JSON leaves to the reader. */
const implementationDefined: Readonly<Record<string, readonly string[]>> = {
  'i_number_double_huge_neg_exp.json': ['number-range'],
  'i_number_huge_exp.json': ['number-range'],
  'i_number_neg_int_huge_exp.json': ['number-range'],
  'i_number_pos_double_huge_exp.json': ['number-range'],
  'i_number_real_neg_overflow.json': ['number-range'],
  'i_number_real_pos_overflow.json': ['number-range'],
  'i_number_real_underflow.json': ['number-range'],
  'i_number_too_big_neg_int.json': ['number-range'],
  'i_number_too_big_pos_int.json': ['number-range'],
  'i_number_very_big_negative_int.json': ['number-range'],
  'i_object_key_lone_2nd_surrogate.json': ['lone-surrogate'],
  'i_string_1st_surrogate_but_2nd_missing.json': ['lone-surrogate'],
  'i_string_1st_valid_surrogate_2nd_invalid.json': ['lone-surrogate'],
  'i_string_UTF-16LE_with_BOM.json': ['invalid-utf8'],
  'i_string_UTF-8_invalid_sequence.json': ['invalid-utf8'],
  'i_string_UTF8_surrogate_U+D800.json': ['invalid-utf8'],
  'i_string_incomplete_surrogate_and_escape_valid.json': ['lone-surrogate'],
  'i_string_incomplete_surrogate_pair.json': ['lone-surrogate'],
  'i_string_incomplete_surrogates_escape_valid.json': ['lone-surrogate', 'lone-surrogate'],
  'i_string_invalid_lonely_surrogate.json': ['lone-surrogate'],
  'i_string_invalid_surrogate.json': ['lone-surrogate'],
  'i_string_invalid_utf-8.json': ['invalid-utf8'],
  'i_string_inverted_surrogates_U+1D11E.json': ['lone-surrogate', 'lone-surrogate'],
  'i_string_iso_latin_1.json': ['invalid-utf8'],
  'i_string_lone_second_surrogate.json': ['lone-surrogate'],
  'i_string_lone_utf8_continuation_byte.json': ['invalid-utf8'],
  'i_string_not_in_unicode_range.json': ['invalid-utf8'],
  'i_string_overlong_sequence_2_bytes.json': ['invalid-utf8'],
  'i_string_overlong_sequence_6_bytes.json': ['invalid-utf8'],
  'i_string_overlong_sequence_6_bytes_null.json': ['invalid-utf8'],
  'i_string_truncated-utf-8.json': ['invalid-utf8'],
  'i_string_utf16BE_no_BOM.json': ['invalid-utf8'],
  'i_string_utf16LE_no_BOM.json': ['invalid-utf8'],
  'i_structure_500_nested_arrays.json': ['too-deep'],
  'i_structure_UTF-8_BOM_empty_object.json': [],
};

function faultsOf(bytes: Uint8Array): readonly string[] {
  const text = decodeUtf8(bytes);
  return text === undefined ? ['invalid-utf8'] : readJson(text).faults.map(({ rule }) => rule);
}

describe('JSONTestSuite', () => {
  const folder = corpusFolder('jsontestsuite');
  if (folder === undefined) {
    it('cannot be run: shared/corpus/jsontestsuite is not beside the project', function () {
      this.skip();
    });
    return;
  }
  const files = readdirSync(folder).filter((file) => /^[iny]_.*\.json$/.test(file));

  it('is there', () => {
    assert.ok(files.length > 100);
  });

  for (const file of files) {
    const bytes = readFileSync(join(folder, file));
    if (file.startsWith('n_')) {
      it(`refuses ${file}`, () => {
        const [fault, ...others] = faultsOf(bytes);
        assert.ok(fault === 'invalid-utf8' || fault === 'malformed-json' || fault === 'empty', fault);
        assert.deepEqual(others, []);
      });
    } else if (file.startsWith('y_')) {
      it(`accepts ${file}`, () => {
        const text = decodeUtf8(bytes);
        assert.ok(text !== undefined);
        assert.deepEqual(readJson(text).value, JSON.parse(text));
        assert.deepEqual(faultsOf(bytes), policy[file] ?? []);
      });
    } else {
      it(`decides ${file}`, () => {
        assert.deepEqual(faultsOf(bytes), implementationDefined[file]);
      });
    }
  }
});
