import { createContext, useContext } from 'react';
import type { Schema } from '../api/catalogue';
import type { ProblemEntry } from '../api/problem';
import type { Texts } from '../schema/texts';

/** What the parts of a spec's form share. */
export interface Form {
  /** What was typed where the spec says it in other words, or cannot say it. */
  typed: Texts;
  faults: readonly ProblemEntry[];
  type: (pointer: string, schema: Schema, text: string) => void;
  put: (pointer: string, value: unknown) => void;
  move: (pointer: string, by: number) => void;
}

export const FormContext = createContext<Form | null>(null);

export function useForm(): Form {
  const form = useContext(FormContext);
  if (form === null) throw new Error('there is no SpecForm around this component');
  return form;
}
