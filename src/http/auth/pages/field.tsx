import type { Child } from 'hono/jsx';

export interface FieldProps {
  /** Also the name, unless that is another. */
  id: string;
  name?: string;
  label: string;
  type?: 'text' | 'password';
  value?: string;
  autocomplete: string;
  hint?: string;
  /** What is wrong with what was typed. */
  error?: string;
  isFocused?: boolean;
  maxlength?: number;
  minlength?: number;
}

/** A line to type in, with its label, a hint, and what is wrong with it. */
export function Field(props: FieldProps) {
  const { id, name = id, label, type = 'text', value, autocomplete, hint, error } = props;
  const notes = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <input
        id={id}
        name={name}
        type={type}
        value={type === 'password' ? undefined : value}
        autocomplete={autocomplete}
        autocapitalize="none"
        spellcheck={false}
        required
        minlength={props.minlength}
        maxlength={props.maxlength}
        autofocus={props.isFocused || undefined}
        aria-describedby={notes || undefined}
        aria-invalid={error ? 'true' : undefined}
      />
      {error && (
        <p class="wrong" id={`${id}-error`} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

/** What was done, or could not be. */
export function Notice({ isWrong, children }: { isWrong?: boolean; children?: Child }) {
  return (
    <div class={isWrong ? 'notice wrong' : 'notice'} role={isWrong ? 'alert' : 'status'}>
      {children}
    </div>
  );
}
