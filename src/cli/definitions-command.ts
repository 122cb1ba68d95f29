import type { Command } from 'commander'
import { asOwner } from './identity-commands.ts'
import type { Run } from './program.ts'

const commands = () => import('./commands/definitions.ts')

/** `bailiwick servers diff|approve|reject|pin|history`: how people decide on what servers list. */
export function addDefinitionCommands(servers: Command, run: Run): void {
  asOwner(
    servers
      .command('diff')
      .description(
        'show definitions that wait, and how they differ from what was approved; exits with 1 when something waits',
      )
      .argument('<server>', 'name of the server')
      .argument('[item]', 'one item: `name`, `kind/name`, `name@digest`, or how a digest begins'),
  ).action((server, item, options, command) =>
    run(command, async (context) =>
      (await commands()).definitionsDiff(context, server, item, options),
    ),
  )
  decision(
    servers
      .command('approve')
      .description('approve definitions that wait: they are listed and callable from now on')
      .argument('<server>', 'name of the server')
      .argument('[items...]', 'as `servers diff` names them')
      .option('--all-shown', 'show everything that waits, and approve what has no risk', false),
  ).action((server, items, options, command) =>
    run(command, async (context) =>
      (await commands()).definitionsApprove(context, server, items, options),
    ),
  )
  decision(
    servers
      .command('reject')
      .description('reject definitions: they are neither listed nor callable')
      .argument('<server>', 'name of the server')
      .argument('<items...>', 'as `servers diff` names them'),
  ).action((server, items, options, command) =>
    run(command, async (context) =>
      (await commands()).definitionsReject(context, server, items, options),
    ),
  )
  decision(
    servers
      .command('pin')
      .description('go back to an older version of a definition: no other one of it counts then')
      .argument('<server>', 'name of the server')
      .argument('<item>', 'name of the item')
      .argument('<digest>', 'how the digest of the version begins, 8 digits or more'),
  ).action((server, item, digest, options, command) =>
    run(command, async (context) =>
      (await commands()).definitionsPin(context, server, item, digest, options),
    ),
  )
  asOwner(
    servers
      .command('history')
      .description('list every version that was seen, and who decided; exits with 1 when one waits')
      .argument('<server>', 'name of the server')
      .argument('[item]', 'one item'),
  ).action((server, item, options, command) =>
    run(command, async (context) =>
      (await commands()).definitionsHistory(context, server, item, options),
    ),
  )
}

function decision(command: Command): Command {
  return asOwner(command.requiredOption('--reason <text>', 'why, for the record'))
}
