declare module 'snowball-stemmers' {
  const snowball: {
    /** Throws a TypeError for an algorithm that isn't in algorithms(). */
    newStemmer(algorithm: string): { stem(word: string): string };
    algorithms(): string[];
  };
  // biome-ignore lint/style/noDefaultExport: the package is CommonJS, its module object is the default export.
  export default snowball;
}
