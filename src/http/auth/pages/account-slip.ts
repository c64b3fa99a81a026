import type { AppError } from '../../../errors.ts';

/** What was wrong in which form. */
export interface AccountSlip {
  form: 'name' | 'password' | 'token';
  error: AppError;
  /** The name that was typed. */
  typed: string;
}
