import { documentedVariables, type Variable } from '../config/variables.ts';

const NAME_WIDTH = Math.max(...documentedVariables.map(({ name }) => name.length)) + 2;

export const HELP = `Usage: npm start             run the gateway, with a sandbox store unless a real one is configured
       npm run sandbox       run the sandbox store alone
       npm run keys          manage API keys: create, list, revoke; print a shopper's token or its keys
       npm run webhooks      manage the store's webhooks: register, list, check, remove

Environment variables, also read from the file .env (defaults in parentheses):
${documentedVariables.map(helpLine).join('\n')}`;

function helpLine({ name, meaning, defaultValue }: Variable): string {
  return `  ${name.padEnd(NAME_WIDTH)}${meaning}${defaultValue === null ? '' : ` (${defaultValue})`}`;
}
