/** A form field and its new value. */
export interface FormFieldInput {
  readonly name: string;
  readonly value: FormFieldContent;
}

/** The new value of a form field. Exactly one of the four is given. */
export interface FormFieldContent {
  readonly text?: string | null | undefined;
  readonly number?: number | null | undefined;
  readonly choices?: readonly string[] | null | undefined;
  /** True empties a field of any type. */
  readonly clear?: boolean | null | undefined;
}

/** Encodes the value of a form field for the store: a string, a number or a list. */
export function formFieldContentToWire({
  text,
  number,
  choices,
}: FormFieldContent): string | number | readonly string[] {
  return choices ?? number ?? text ?? '';
}

export function formFieldsToWire(
  fields: readonly FormFieldInput[] | null | undefined,
): readonly { name: string; value: unknown }[] | undefined {
  return fields?.map(({ name, value }) => ({ name, value: formFieldContentToWire(value) }));
}
