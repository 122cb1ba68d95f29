import { Command, Option } from 'commander'
import { asOwner, paged } from './identity-commands.ts'
import type { Run } from './program.ts'

const commands = () => import('./commands/flow.ts')

/** `bailiwick flow …`: what agents have read, and where values came from. */
export function flowCommand(run: Run): Command {
  const flow = new Command('flow').description('what agents have read, and what people vouch for')
  paged(
    flow
      .command('ls')
      .description('list contexts: what each agent remembers of what it read, the last used first')
      .option('--mine', 'those of the person, and of agents that they answer for', false)
      .addOption(
        new Option('--untrusted <answer>', 'that have read what anybody may have written').choices([
          'yes',
          'no',
        ]),
      ),
  ).action((options, command) =>
    run(command, async (context) => (await commands()).flowList(context, options)),
  )
  asOwner(
    flow
      .command('show')
      .description('show a context, and what people vouch for in it')
      .argument('<id>', 'id of the context')
      .option('--values', 'with the values, which is put on record', false),
  ).action((id, options, command) =>
    run(command, async (context) => (await commands()).flowShow(context, id, options)),
  )
  inBrowser(
    flow
      .command('end')
      .description(
        'open a clean context: opens the console, where a person confirms it, and waits; a command is no person, an agent with a shell could run it',
      )
      .argument('<id>', 'id of the context'),
  ).action((id, options, command) =>
    run(command, async (context) => (await commands()).flowEnd(context, id, options)),
  )
  inBrowser(
    flow
      .command('endorse')
      .description(
        'vouch for a value in a context, whatever named it: opens the console, where a person writes the value and why, and waits',
      )
      .argument('<id>', 'id of the context'),
  ).action((id, options, command) =>
    run(command, async (context) => (await commands()).flowEndorse(context, id, options)),
  )
  return flow
}

function inBrowser(command: Command): Command {
  return asOwner(command).option('--no-browser', 'print the address, and open nothing')
}
