import { Command } from 'commander'
import type { Run } from './program.ts'

const commands = () => import('./commands/packages.ts')

/** `bailiwick packages …`: the programs of local servers that come from a registry. */
export function packagesCommand(run: Run): Command {
  const packages = new Command('packages').description(
    'programs of local servers that come from a registry: installed once, approved, unchanged',
  )
  addInstalling(packages, run)
  addDeciding(packages, run)
  addLooking(packages, run)
  return packages
}

function addInstalling(packages: Command, run: Run): void {
  const yes = ['--yes', 'do not ask', false] as const
  packages
    .command('install')
    .description(
      'install what servers of the configuration need, confined and with install scripts off; exits with 1 when something waits for a decision',
    )
    .argument('[server]', 'one server; all without it')
    .option(...yes)
    .action((server, { yes }, command) =>
      run(command, async (context) =>
        (await commands()).packagesInstall(context, server, { yes, fresh: false }),
      ),
    )
  packages
    .command('update')
    .description(
      'look for what the configuration means today; what is new waits until it is approved, and exits with 1',
    )
    .argument('[server]', 'one server; all without it')
    .option(...yes)
    .action((server, { yes }, command) =>
      run(command, async (context) =>
        (await commands()).packagesInstall(context, server, { yes, fresh: true }),
      ),
    )
}

function addDeciding(packages: Command, run: Run): void {
  packages
    .command('approve')
    .description('show what is new in a package that waits, and let it run')
    .argument('<server>', 'name of the server')
    .option('--id <id>', 'how the id of the artifact begins, instead of the last one that waits')
    .option('--reason <text>', 'why, for the record')
    .option('--yes', 'do not ask', false)
    .action((server, options, command) =>
      run(command, async (context) => (await commands()).packagesApprove(context, server, options)),
    )
  packages
    .command('reject')
    .description('let a package not run, and remove its files')
    .argument('<server>', 'name of the server')
    .option('--id <id>', 'how the id of the artifact begins, instead of the last one that waits')
    .option('--reason <text>', 'why, for the record')
    .action((server, options, command) =>
      run(command, async (context) => (await commands()).packagesReject(context, server, options)),
    )
}

function addLooking(packages: Command, run: Run): void {
  packages
    .command('ls')
    .description('list what was installed, and what was decided')
    .argument('[server]', 'one server')
    .action((server, _, command) =>
      run(command, async (context) => (await commands()).packagesList(context, server)),
    )
  packages
    .command('diff')
    .description(
      'show what is new in a package that waits: version, dependencies, scripts, files; exits with 1 when one waits',
    )
    .argument('<server>', 'name of the server')
    .option('--id <id>', 'how the id of the artifact begins')
    .action((server, options, command) =>
      run(command, async (context) => (await commands()).packagesDiff(context, server, options)),
    )
  packages
    .command('verify')
    .description('read every file of what may run: each must be the one that was approved')
    .argument('[server]', 'one server')
    .action((server, _, command) =>
      run(command, async (context) => (await commands()).packagesVerify(context, server)),
    )
  packages
    .command('sbom')
    .description('print the bill of materials of a server’s program (CycloneDX 1.6, JSON)')
    .argument('<server>', 'name of the server')
    .option('--id <id>', 'how the id of the artifact begins')
    .action((server, options, command) =>
      run(command, async (context) => (await commands()).packagesSbom(context, server, options)),
    )
}
