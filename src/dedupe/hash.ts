import { hash } from 'node:crypto';

/**
 * SHA-256 in hex of a list of fields, written so that no two different lists give the same text: see joinFields.
 */
export function hashFields(fields: readonly (string | undefined)[]): string {
  return hash('sha256', joinFields(fields), 'hex');
}

/**
 * A list of fields as one text, each with its length (in UTF-16 units) in front: "ab", "c" and "a", "bc" differ, and
 * so do undefined and ''.
 */
export function joinFields(fields: readonly (string | undefined)[]): string {
  let text = '';
  for (const field of fields) text += field === undefined ? '-;' : `${field.length}:${field};`;
  return text;
}
