import { Command } from 'commander'
import type { Run } from './program.ts'

/** `bailiwick webhooks …`: who is told of requests for approval and of alerts. */
export function webhooksCommand(run: Run): Command {
  const webhooks = new Command('webhooks').description('who is told of approvals and alerts')
  webhooks
    .command('ls')
    .description('list the receivers of the configuration')
    .action((_, command) =>
      run(command, async (context) =>
        (await import('./commands/webhooks.ts')).webhooksList(context),
      ),
    )
  webhooks
    .command('test')
    .description('send a signed `ping` from here, with the secrets that this shell can read')
    .argument('<name>', 'name of the receiver')
    .action((name, _, command) =>
      run(command, async (context) =>
        (await import('./commands/webhooks.ts')).webhooksTest(context, name),
      ),
    )
  return webhooks
}
