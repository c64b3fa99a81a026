const id = /^[1-9]\d{0,17}$/;

/** Whether a text is an id as the database gives them. Postgres's bigint ends at 19 digits; 18 are always inside it. */
export function isId(text: string): boolean {
  return id.test(text);
}
