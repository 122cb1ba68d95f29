import { Command, Option } from 'commander'
import { SEVERITIES } from '../kernel/finding.ts'
import type { Run } from './program.ts'

/** `bailiwick scan …`: what is wrong with what servers offer, without a gateway. */
export function scanCommand(run: Run): Command {
  const scan = new Command('scan').description('look for what is wrong with what servers offer')
  scan
    .command('definitions')
    .description(
      'analyse definitions of a server, of a file, or of all servers of a configuration; servers are started or asked. Exits with 1 for findings, with 3 or 5 when something could not be analysed',
    )
    .argument(
      '<target>',
      'a server of the configuration; a JSON file with a result of `tools/list`, a list of tools or a capture; a configuration (`bailiwick.yaml`, or JSON with `mcpServers`)',
    )
    .addOption(
      new Option('--format <format>', 'how to report')
        .choices(['text', 'json', 'sarif'])
        .default('text'),
    )
    .addOption(
      new Option('--fail-on <what>', 'exit with 1 for definitions, or findings, as bad as this')
        .choices(['poisoned', 'review', ...SEVERITIES])
        .default('poisoned'),
    )
    .option('--baseline <file>', 'findings that are accepted, in JSON')
    .option('--offline', 'ask no server: analyse what the gateway has seen of it', false)
    .option('--server <name>', 'what the server of a file is called (default: as the file)')
    .action((target, options, command) =>
      run(command, async (context) =>
        (await import('./commands/scan.ts')).scanDefinitions(context, target, options),
      ),
    )
  return scan
}
