import { homedir } from 'node:os'
import { type Command, CommanderError } from 'commander'
import { ConfigError } from '../config/problem.ts'
import { GatewayError } from '../kernel/errors.ts'
import { CommandError } from './command-error.ts'
import type { CommonOptions, Context } from './context.ts'
import { EXIT_CODES, type Exit } from './exit-codes.ts'
import { type Action, createProgram } from './program.ts'
import { jsonText, paint, printable } from './terminal.ts'

/** Runs one command line in this process; gives the exit code. Total: never rejects. */
export async function runProcess(args: readonly string[]): Promise<number> {
  const stop = stopSignal()
  let exit: Exit = 'ok'
  const program = createProgram(async (command: Command, action: Action) => {
    exit = await runAction(contextOf(command, stop), action)
  })
  try {
    await program.parseAsync([...args], { from: 'user' })
  } catch (error) {
    // The parser has said what is wrong.
    if (error instanceof CommanderError) exit = error.exitCode === 0 ? 'ok' : 'usage'
    else throw error
  }
  return EXIT_CODES[exit].code
}

async function runAction(context: Context, action: Action): Promise<Exit> {
  try {
    return await action(context)
  } catch (error) {
    const failure = failureOf(error)
    context.stderr.write(`${failureText(context, failure)}\n`)
    return failure.exit
  }
}

/** Aborts at SIGINT, SIGTERM, and when nobody reads the output any more. A second signal ends at once. */
function stopSignal(): AbortSignal {
  const controller = new AbortController()
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130)
    controller.abort()
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  process.stdout.on('error', () => controller.abort())
  process.stderr.on('error', () => undefined)
  return controller.signal
}

function contextOf(command: Command, signal: AbortSignal): Context {
  const { json, quiet, color, config, dataDir } = command.optsWithGlobals()
  const options: CommonOptions = { json: json === true, quiet: quiet === true, config, dataDir }
  const { NO_COLOR } = process.env
  const plain = color === false || (NO_COLOR !== undefined && NO_COLOR !== '')
  return {
    options,
    env: process.env,
    cwd: process.cwd(),
    homedir: homedir(),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    color: !plain && process.stdout.isTTY === true,
    signal,
  }
}

interface Failure {
  readonly exit: Exit
  readonly message: string
  readonly fix: string | undefined
}

function failureOf(error: unknown): Failure {
  if (error instanceof CommandError) {
    const { exit, message, fix } = error
    return { exit, message, fix }
  }
  if (error instanceof ConfigError) {
    const fix = 'correct the file; `bailiwick config explain` says what its keys mean'
    return { exit: 'configuration', message: error.message, fix }
  }
  if (error instanceof GatewayError && error.code !== 'internal') return gatewayFailure(error)
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return { exit: 'internal', message, fix: 'please report this' }
}

function gatewayFailure(error: GatewayError): Failure {
  const { code, message, detail } = error
  const full = detail === undefined ? message : `${message}: ${detail}`
  switch (code) {
    case 'policy_unavailable':
      return { exit: 'configuration', message: full, fix: 'correct the policies' }
    case 'params_invalid':
      return { exit: 'usage', message: full, fix: undefined }
    case 'audit_unavailable':
    case 'store_unavailable':
      return { exit: 'unreachable', message: full, fix: '`bailiwick doctor` says more' }
    default: {
      const fix = error.data?.['fix']
      return { exit: 'findings', message: full, fix: typeof fix === 'string' ? fix : undefined }
    }
  }
}

function failureText(context: Context, { exit, message, fix }: Failure): string {
  if (context.options.json)
    return jsonText({
      error: { code: EXIT_CODES[exit].code, kind: exit, message, fix: fix ?? null },
    })
  const text = message.split('\n').map(printable).join('\n  ')
  const first = `${paint(context, 'red', 'error')}: ${text}`
  return fix === undefined ? first : `${first}\n  fix: ${printable(fix)}`
}
