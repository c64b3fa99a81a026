import { AppError } from '../errors.ts';

/** Too many failed attempts to sign in: AppError `too-many-attempts` that knows how long to wait. */
export class TooManyAttempts extends AppError {
  readonly retryAfterSeconds: number;

  constructor(waitUntil: Date, now: Date) {
    const seconds = Math.max(1, Math.ceil((waitUntil.getTime() - now.getTime()) / 1000));
    super(
      'too-many-attempts',
      `Too many attempts failed. Wait ${toWait(seconds)}, then sign in again; until then not even the right password is looked at.`,
    );
    this.retryAfterSeconds = seconds;
  }
}

function toWait(seconds: number): string {
  if (seconds === 1) return '1 second';
  if (seconds < 120) return `${seconds} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}
