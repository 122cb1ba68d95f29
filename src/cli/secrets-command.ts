import { Command } from 'commander'
import { collect } from './collect-option.ts'
import type { Run } from './program.ts'

const commands = () => import('./commands/secrets.ts')

/** `bailiwick secrets …`: credentials that the vault keeps for servers. */
export function secretsCommand(run: Run): Command {
  const secrets = new Command('secrets').description(
    'secrets for servers, sealed in the vault; none of them is ever shown again',
  )
  addChanging(secrets, run)
  addLooking(secrets, run)
  return secrets
}

function addChanging(secrets: Command, run: Run): void {
  valued(
    secrets
      .command('set')
      .description('keep a new secret; it is asked for, and not shown while it is typed')
      .argument('<name>', 'its name, as in `secret://vault/NAME`')
      .option('--server <name>', 'a server that may get it (can be repeated)', collect, [])
      .option('--purpose <text>', 'what it is for, in your words')
      .option('--rotate-after <duration>', 'when it is due to be changed, such as `90d`'),
  ).action((name, options, command) =>
    run(command, async (context) => (await commands()).secretsSet(context, name, options)),
  )
  valued(
    secrets
      .command('rotate')
      .description('put a new value in the place of a secret; the old one stays good for a while')
      .argument('<name>', 'its name')
      .option(
        '--overlap <duration>',
        'how long the old value stays good beside it; 1d by default, not at all when it was exposed',
      ),
  ).action((name, options, command) =>
    run(command, async (context) => (await commands()).secretsRotate(context, name, options)),
  )
  secrets
    .command('rm')
    .description('destroy a secret, with all of its versions')
    .argument('<name>', 'its name')
    .option('--user <id>', 'the one of this user, instead of the shared one')
    .option('--yes', 'do not ask', false)
    .action((name, options, command) =>
      run(command, async (context) => (await commands()).secretsRemove(context, name, options)),
    )
}

/** Options that both ways to give a value have. A value never stands on the command line. */
function valued(command: Command): Command {
  return command
    .option('--user <id>', 'the one of this user, instead of the shared one')
    .option('--stdin', 'read the value from standard input', false)
    .option('--from-env <variable>', 'read the value from this variable')
    .option('--expires <time>', 'when it ends, such as `2027-01-01`')
}

function addLooking(secrets: Command, run: Run): void {
  secrets
    .command('ls')
    .description('list the secrets; exits with 1 when one was exposed, has expired or is due')
    .option('--user <id>', 'those of this user')
    .action((options, command) =>
      run(command, async (context) => (await commands()).secretsList(context, options)),
    )
  secrets
    .command('check')
    .description(
      'read all that the configuration refers to, and show none of it; exits with 1 when something cannot be had',
    )
    .action((_, command) =>
      run(command, async (context) => (await commands()).secretsCheck(context)),
    )
}
