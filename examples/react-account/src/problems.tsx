interface ProblemsProps {
  /** Why an item was not written. */
  readonly errors: readonly { readonly message: string; readonly path: readonly string[] }[] | undefined;
  /** Why the request failed. */
  readonly failure: Error | undefined;
}

export function Problems({ errors = [], failure }: ProblemsProps) {
  const messages = [...errors.map(({ message }) => message), ...(failure ? [failure.message] : [])];
  if (messages.length === 0) return null;
  return (
    <div role="alert" className="problem">
      <ul>
        {messages.map((message) => (
          <li key={message}>{message}</li>
        ))}
      </ul>
    </div>
  );
}
