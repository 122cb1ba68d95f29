import type { GatewayError } from '../../kernel/errors.ts'
import type { Launch } from '../../kernel/sandbox.ts'
import { refusal } from '../refusal.ts'
import type { GateWord } from './gate.ts'
import type { Prepared } from './prepare.ts'
import type { Lacking } from './tools.ts'

type Said = readonly [pattern: RegExp, lacking: Lacking]

const USERNS =
  'allow user namespaces (`sysctl user.max_user_namespaces`, `sysctl kernel.unprivileged_userns_clone=1`), or in a container its seccomp profile'
const APPARMOR =
  'give bubblewrap an AppArmor profile that allows `userns`, or `sysctl kernel.apparmor_restrict_unprivileged_userns=0`'

const APPARMOR_DENIED: Lacking = {
  reason: 'userns_denied_apparmor',
  why: 'this machine denies user namespaces to programs that AppArmor does not know',
  fix: APPARMOR,
}
const USERNS_DENIED: Lacking = {
  reason: 'userns_denied',
  why: 'this machine denies user namespaces',
  fix: USERNS,
}
const NOT_REACHABLE: Lacking = {
  reason: 'path_not_reachable',
  why: 'a folder of its profile cannot be reached',
  fix: 'let whoever runs the server read it and enter the folders above it',
}
const MISSING: Lacking = {
  reason: 'path_missing',
  why: 'a path of its profile does not exist',
  fix: 'make it, or remove it from `sandbox.fs`',
}
const NO_PLACE: Lacking = {
  reason: 'path_refused',
  why: 'a mount has no place in the sandbox, for the folder above it is read-only there',
  fix: 'mount the folder above it, or mount it elsewhere',
}

// In the words of bubblewrap 0.8 to 0.11, setpriv and prlimit, in the language C.
const WORDS: readonly Said[] = [
  [/^bwrap: setting up uid map: Permission denied/m, APPARMOR_DENIED],
  [
    /^bwrap: loopback: Failed RTM_NEW(?:ADDR|LINK): (?:Operation not permitted|Permission denied)/m,
    APPARMOR_DENIED,
  ],
  [
    /^bwrap: (?:No permissions to creat|Creating new namespace failed|setting up [ug]id map)/m,
    USERNS_DENIED,
  ],
  [/^bwrap: creation of new user namespaces was not disabled/m, USERNS_DENIED],
  [
    /^bwrap: Unknown option/m,
    {
      reason: 'bwrap_too_old',
      why: 'bubblewrap does not know an option',
      fix: 'install bubblewrap 0.10 or later, or the security update of the distribution',
    },
  ],
  [
    /^bwrap: (?:Race condition binding|Can't (?:get type of source|stat mount|bind mount [^\n]{0,8192}: (?:No such file|Unable to find)))/m,
    {
      reason: 'path_changed',
      why: 'a path was changed while it was mounted',
      fix: 'find out who changes the folders of its profile, then start it again',
    },
  ],
  [/^bwrap: Can't find source path [^\n]{0,4096}: Permission denied/m, NOT_REACHABLE],
  [/^bwrap: Can't find source path/m, MISSING],
  [
    /^bwrap: Can't chdir to/m,
    {
      reason: 'path_missing',
      why: 'the folder that it starts in does not exist in the sandbox',
      fix: 'correct `cwd`, or mount the folder',
    },
  ],
  [/^bwrap: Can't (?:mkdir|create file at|create symlink|make symlink)/m, NO_PLACE],
  [
    /^bwrap: Can't mount proc/m,
    {
      reason: 'launch_failed',
      why: 'this container hides parts of `/proc`, so no fresh one can be mounted',
      fix: 'run the container with `--security-opt systempaths=unconfined`, or confine servers as containers',
    },
  ],
  [
    /^(?:bwrap: execvp|setpriv: failed to execute|prlimit: failed to execute)/m,
    {
      reason: 'tool_missing',
      why: 'a program that starts it is not there',
      fix: 'install `util-linux`, and keep it in `/usr`',
    },
  ],
  [
    /^prlimit:/m,
    {
      reason: 'launch_failed',
      why: 'a limit of its profile is higher than this machine allows',
      fix: 'lower `sandbox.limits`, or raise the limits of the gateway',
    },
  ],
]

const UNKNOWN: Lacking = {
  reason: 'launch_failed',
  why: 'the sandbox could not be made',
  fix: 'run `bailiwick doctor`, which tries each part of it',
}

/** What the last words of a chain mean that ended before the server ran. They are not the server's. */
export function failureOf(words: string): Lacking {
  return WORDS.find(([pattern]) => pattern.test(words))?.[1] ?? UNKNOWN
}

/** The refusal that a chain's end means. */
export function refusalOfEnd({ server, env }: Launch, words: string): GatewayError {
  return refusal({ server, ...failureOf(words), detail: withoutValues(words, env) })
}

/** The refusal that a word of the gate means. */
export function refusalOfWord(
  { server }: Launch,
  word: Extract<GateWord, { kind: 'failed' | 'descriptor' }>,
  { checks, uid }: Pick<Prepared, 'checks' | 'uid'>,
): GatewayError {
  if (word.kind === 'descriptor') {
    return refusal({
      server,
      reason: 'self_test_failed',
      why: 'an open file of the gateway would have reached it',
      fix: 'start the gateway without descriptors besides its three streams',
    })
  }
  const failed = checks[word.index]
  const path = failed?.path ?? ''
  const writes = failed?.check.flag === '-w'
  return refusal({
    server,
    reason: writes ? 'path_not_writable' : 'path_not_reachable',
    why: `it cannot ${writes ? 'write to' : 'read'} \`${path}\``,
    fix: writes
      ? `let user ${uid} write there (\`chown -R ${uid} ${path}\`), or set \`sandbox.runAs\` to who may`
      : `let user ${uid} read there (\`setfacl -R -m u:${uid}:rX ${path}\`), or set \`sandbox.runAs\` to who may`,
  })
}

/** A chain may repeat an option that it did not understand. */
function withoutValues(words: string, env: Launch['env']): string {
  return Object.values(env)
    .filter((value) => value.length > 3)
    .reduce((text, value) => text.replaceAll(value, '…'), words)
}
