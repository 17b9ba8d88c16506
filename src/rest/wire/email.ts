/**
 * An e-mail address in the form in which addresses are compared: A to Z in lower case. Other letters are kept, because
 * Unicode maps some characters, such as the Kelvin sign, to a letter of another address.
 */
export function foldEmail(email: string): string {
  return email.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
