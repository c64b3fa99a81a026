import { loadLanguageDetector } from '../../src/normalise/language.ts';

// Whoever normalises loads it first; tests that call the pure functions need it too.
await loadLanguageDetector();
