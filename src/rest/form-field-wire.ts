/** What a form field is set to. */
export interface FormFieldInput {
  readonly name: string;
  readonly value: FormFieldContent;
}

/** Exactly one of them is given. */
export interface FormFieldContent {
  readonly text?: string | null | undefined;
  readonly number?: number | null | undefined;
  readonly choices?: readonly string[] | null | undefined;
}

/** The value of a form field as the store takes it: text, a number, or a list. */
export function formFieldContentOf({
  text,
  number,
  choices,
}: FormFieldContent): string | number | readonly string[] {
  return choices ?? number ?? text ?? '';
}

export function formFieldsToWire(
  fields: readonly FormFieldInput[] | null | undefined,
): readonly { name: string; value: unknown }[] | undefined {
  return fields?.map(({ name, value }) => ({ name, value: formFieldContentOf(value) }));
}
