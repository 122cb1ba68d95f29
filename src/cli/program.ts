import { Argument, Command, Option } from 'commander'
import {
  clientsCommand,
  grantsCommand,
  idpCommand,
  keysCommand,
  tokensCommand,
} from './access-commands.ts'
import { adoptCommand, releaseCommand } from './adopt-command.ts'
import { approvalsCommand } from './approvals-command.ts'
import { canariesCommand } from './canaries-command.ts'
import { collect } from './collect-option.ts'
import { connectionsCommand } from './connections-command.ts'
import type { Context } from './context.ts'
import { count } from './count-option.ts'
import { addDefinitionCommands } from './definitions-command.ts'
import type { Exit } from './exit-codes.ts'
import { flowCommand } from './flow-command.ts'
import { agentsCommand, usersCommand } from './identity-commands.ts'
import { inventoryCommand } from './inventory-command.ts'
import { packagesCommand } from './packages-command.ts'
import { policyCommand } from './policy-command.ts'
import { postureCommand } from './posture-command.ts'
import { callsCommand, eventsCommand } from './records-command.ts'
import { redteamCommand } from './redteam-command.ts'
import { sandboxCommand } from './sandbox-command.ts'
import { scanCommand } from './scan-command.ts'
import { secretsCommand } from './secrets-command.ts'
import { vaultCommand } from './vault-command.ts'
import { webhooksCommand } from './webhooks-command.ts'

/** What a command does. */
export type Action = (context: Context) => Promise<Exit>

/** Runs the action of a command that was parsed. */
export type Run = (command: Command, action: Action) => Promise<void>

/**
 * The tree of commands. Each action loads its own code, so that naming a command costs nothing of
 * the others.
 */
export function createProgram(run: Run): Command {
  const program = new Command('bailiwick')
    .description('The control plane that makes the Model Context Protocol safe to use.')
    .option('--config <file>', 'the configuration to use, instead of the one that is found')
    .option('--data-dir <folder>', 'the data directory, instead of the one of the configuration')
    .option('--json', 'print JSON: one value, or one per line for what goes on')
    .option('-q, --quiet', 'say nothing besides the data and errors')
    .option('--no-color', 'print without colours, as does NO_COLOR in the environment')
    .helpCommand('help [command]', 'help for a command')
  program.addCommand(upCommand(run))
  program.addCommand(demoCommand(run))
  program.addCommand(connectCommand(run))
  program.addCommand(loginCommand(run))
  program.addCommand(logoutCommand(run))
  program.addCommand(inventoryCommand(run))
  program.addCommand(serversCommand(run))
  program.addCommand(adoptCommand(run))
  program.addCommand(releaseCommand(run))
  program.addCommand(postureCommand(run))
  program.addCommand(callsCommand(run))
  program.addCommand(eventsCommand(run))
  program.addCommand(policyCommand(run))
  program.addCommand(approvalsCommand(run))
  program.addCommand(usersCommand(run))
  program.addCommand(agentsCommand(run))
  program.addCommand(clientsCommand(run))
  program.addCommand(grantsCommand(run))
  program.addCommand(tokensCommand(run))
  program.addCommand(keysCommand(run))
  program.addCommand(idpCommand(run))
  program.addCommand(webhooksCommand(run))
  program.addCommand(canariesCommand(run))
  program.addCommand(flowCommand(run))
  program.addCommand(connectionsCommand(run))
  program.addCommand(secretsCommand(run))
  program.addCommand(vaultCommand(run))
  program.addCommand(packagesCommand(run))
  program.addCommand(sandboxCommand(run))
  program.addCommand(scanCommand(run))
  program.addCommand(redteamCommand(run))
  program.addCommand(verifyCommand(run))
  program.addCommand(configCommand(run))
  program.addCommand(doctorCommand(run))
  program.addCommand(versionCommand(run))
  program.addCommand(completionCommand(run, program))
  settle(program)
  return program
}

/** What commands do not take over from the one above them. */
function settle(command: Command): void {
  command
    .exitOverride()
    .showHelpAfterError('(`--help` says more)')
    .configureHelp({ showGlobalOptions: true })
  for (const inner of command.commands) settle(inner)
}

function upCommand(run: Run): Command {
  return new Command('up')
    .description('start the gateway; without a configuration, with a playground')
    .addOption(
      new Option(
        '--port <port>',
        'listen here, instead of where the configuration says; 0 for any',
      ).argParser(count(0, 65_535)),
    )
    .option(
      '--allow-unsandboxed',
      'let servers run without a sandbox where their settings say so, as `sandbox.allowUnsandboxed`',
      false,
    )
    .action(({ port, allowUnsandboxed }, command) =>
      run(command, async (context) =>
        (await import('./commands/up.ts')).up(context, port, allowUnsandboxed),
      ),
    )
}

function demoCommand(run: Run): Command {
  return new Command('demo')
    .description('show an attack that is stopped, and the records that prove it')
    .action((_, command) =>
      run(command, async (context) => (await import('./commands/demo.ts')).demo(context)),
    )
}

function loginCommand(run: Run): Command {
  return new Command('login')
    .description('sign in in the browser, before `connect` has to ask')
    .addArgument(new Argument('[server]', 'sign in for this server alone'))
    .option('--scope <scope>', 'ask for this scope; may be repeated (default: read)', collect, [])
    .action((server: string | undefined, { scope }, command) =>
      run(command, async (context) =>
        (await import('./commands/login.ts')).login(
          context,
          server,
          scope.length === 0 ? ['read'] : scope,
        ),
      ),
    )
}

function logoutCommand(run: Run): Command {
  return new Command('logout')
    .description('forget the sign-ins of this machine')
    .action((_, command) =>
      run(command, async (context) => (await import('./commands/login.ts')).logout(context)),
    )
}

function connectCommand(run: Run): Command {
  return new Command('connect')
    .description('speak MCP over standard input and output, for hosts that start their servers')
    .argument('[server]', 'one server, transparently; without it all, as `server__tool`')
    .action((server, _, command) =>
      run(command, async (context) =>
        (await import('./commands/connect.ts')).connect(context, server),
      ),
    )
}

function serversCommand(run: Run): Command {
  const servers = new Command('servers').description('the servers behind the gateway')
  servers
    .command('ls')
    .description('list the servers of the configuration')
    .action((_, command) =>
      run(command, async (context) => (await import('./commands/servers.ts')).serversList(context)),
    )
  servers
    .command('show')
    .description('how a server is reached, what it offers, and how its tools are classed')
    .argument('<name>', 'name of the server')
    .action((name, _, command) =>
      run(command, async (context) =>
        (await import('./commands/servers.ts')).serversShow(context, name),
      ),
    )
  servers
    .command('add')
    .description('add a server to the configuration; comments and order stay')
    .usage('[options] <name> <url> | <name> -- <command> [args...]')
    .argument('<name>', 'name of the server')
    .argument('<target...>', 'its address; or its command and arguments, after `--`')
    .addOption(
      new Option('--transport <kind>', 'how to speak with it').choices(['stdio', 'http', 'sse']),
    )
    .option('--header <header>', '`Name: value`; a secret by reference, repeatable', collect, [])
    .option('--env <variable>', '`NAME=value`; a secret by reference, repeatable', collect, [])
    .option('--cwd <folder>', 'folder to start it in')
    .option('--revision <revision>', '`auto`, `legacy` or a revision of the protocol')
    .option('--timeout <duration>', 'time for an answer, such as `30s`')
    .action((name, target, options, command) =>
      run(command, async (context) =>
        (await import('./commands/servers-edit.ts')).serversAdd(context, name, target, options),
      ),
    )
  servers
    .command('rm')
    .description('remove a server from the configuration; comments and order stay')
    .argument('<name>', 'name of the server')
    .action((name, _, command) =>
      run(command, async (context) =>
        (await import('./commands/servers-edit.ts')).serversRemove(context, name),
      ),
    )
  addDefinitionCommands(servers, run)
  return servers
}

function verifyCommand(run: Run): Command {
  return new Command('verify')
    .description('prove that no record was changed, removed, moved or cut off')
    .action((_, command) =>
      run(command, async (context) => (await import('./commands/verify.ts')).verify(context)),
    )
}

function configCommand(run: Run): Command {
  const config = new Command('config').description('the configuration')
  config
    .command('check')
    .description('report everything that is wrong with it, with line and column')
    .action((_, command) =>
      run(command, async (context) => (await import('./commands/config.ts')).configCheck(context)),
    )
  config
    .command('explain')
    .description('say what a key means, what its value is, and where that came from')
    .argument('[path]', 'dotted path, such as `limits.callTimeout`', '')
    .action((path, _, command) =>
      run(command, async (context) =>
        (await import('./commands/config.ts')).configExplain(context, path),
      ),
    )
  return config
}

function doctorCommand(run: Run): Command {
  return new Command('doctor')
    .description('check everything that the gateway needs, and say how to mend it')
    .action((_, command) =>
      run(command, async (context) => (await import('./commands/doctor.ts')).doctor(context)),
    )
}

function versionCommand(run: Run): Command {
  return new Command('version')
    .description('print the version')
    .action((_, command) =>
      run(command, async (context) => (await import('./commands/version.ts')).version(context)),
    )
}

function completionCommand(run: Run, program: Command): Command {
  return new Command('completion')
    .description('print a script that completes this command in a shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish']))
    .action((shell, _, command) =>
      run(command, async (context) =>
        (await import('./commands/completion.ts')).completion(context, shell, program),
      ),
    )
}
