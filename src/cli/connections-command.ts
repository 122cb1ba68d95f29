import { Command } from 'commander'
import { asOwner } from './identity-commands.ts'
import type { Run } from './program.ts'

const commands = () => import('./commands/connections.ts')

/** `bailiwick connections …`: what authorization servers granted for whom. */
export function connectionsCommand(run: Run): Command {
  const connections = new Command('connections').description(
    'connections of people to servers that ask who a call is for',
  )
  asOwner(
    connections
      .command('ls')
      .description('list connections; also while no gateway runs')
      .option('--server <name>', 'to this server')
      .option('--user <id>', 'of this user'),
  ).action((options, command) =>
    run(command, async (context) => (await commands()).connectionsList(context, options)),
  )
  ofSomebody(
    connections
      .command('connect')
      .description(
        'print the link at which a person connects to a server, and wait until they have; 1 when nobody did',
      )
      .argument('<server>', 'name of the server')
      .option('--open', 'open the link in the browser', false)
      .option('--again', 'wait for a new connection, though there is one', false),
  ).action((server, options, command) =>
    run(command, async (context) =>
      (await commands()).connectionsConnect(context, server, options),
    ),
  )
  ofSomebody(
    connections
      .command('disconnect')
      .description('end a connection: what was granted is taken back there, and destroyed here')
      .argument('<server>', 'name of the server'),
  ).action((server, options, command) =>
    run(command, async (context) =>
      (await commands()).connectionsDisconnect(context, server, options),
    ),
  )
  return connections
}

function ofSomebody(command: Command): Command {
  return asOwner(command).option(
    '--user <id>',
    'whose connection (default: who administers; what all share where the server is configured so)',
  )
}
