import type { SandboxRefusal } from '../../kernel/sandbox.ts'
import type { Machine } from './machine.ts'

/** Why a sandbox cannot be had on a machine, and what to do about it. */
export interface Problem {
  readonly reason: SandboxRefusal
  readonly message: string
  readonly fix: string
}

/** What is known to be wrong before anything is tried. Empty: it can be tried. */
export function problemsOf(machine: Machine): readonly Problem[] {
  const { platform, bwrap, missing } = machine
  if (platform !== 'linux')
    return [
      {
        reason: 'backend_unavailable',
        message: `bubblewrap runs on Linux, and this is ${platform}`,
        fix: elsewhere(platform),
      },
    ]
  const found: Problem[] = []
  if (bwrap === undefined)
    found.push({
      reason: 'bwrap_missing',
      message: 'bubblewrap is not installed',
      fix: `run \`${installed(machine, 'bubblewrap')}\``,
    })
  if (missing.length > 0)
    found.push({
      reason: 'tool_missing',
      message: `${missing.map((tool) => `\`${tool}\``).join(' and ')} not found`,
      fix: `run \`${installed(machine, 'util-linux')}\``,
    })
  const userns = usernsProblem(machine)
  return userns === undefined ? found : [...found, userns]
}

/** Settings that take user namespaces away from everybody. What AppArmor does depends on the program. */
function usernsProblem({ sysctls }: Machine): Problem | undefined {
  const message = 'user namespaces are switched off'
  const reason = 'userns_denied'
  if (sysctls.maxUserNamespaces === '0')
    return { reason, message, fix: kept('user.max_user_namespaces', '15000') }
  if (sysctls.usernsClone === '0')
    return { reason, message, fix: kept('kernel.unprivileged_userns_clone', '1') }
  return undefined
}

/** What the chain said, with the fix that is right for this machine where it knows a better one. */
export function fitted(machine: Machine, problem: Problem): Problem {
  if (problem.reason === 'bwrap_too_old')
    return { ...problem, fix: `${problem.fix}: \`${installed(machine, 'bubblewrap')}\`` }
  if (problem.reason !== 'userns_denied' && problem.reason !== 'userns_denied_apparmor')
    return problem
  if (machine.sysctls.apparmorRestricts === '1') return apparmor(machine)
  return (
    usernsProblem(machine) ?? {
      reason: 'userns_denied',
      message: 'this process may not create user namespaces',
      fix: 'in a container, allow `clone`, `unshare`, `mount` and `pivot_root` in its seccomp profile; otherwise look for a security module that forbids them',
    }
  )
}

function apparmor({ bwrap }: Machine): Problem {
  const path = bwrap?.path ?? '/usr/bin/bwrap'
  const profile = `abi <abi/4.0>,\\ninclude <tunables/global>\\nprofile bwrap ${path} flags=(unconfined) {\\n  userns,\\n}\\n`
  return {
    reason: 'userns_denied_apparmor',
    message: `AppArmor keeps \`${path}\` from user namespaces (\`kernel.apparmor_restrict_unprivileged_userns\` is 1)`,
    fix: `run \`printf '${profile}' > /etc/apparmor.d/bwrap && apparmor_parser -r /etc/apparmor.d/bwrap\` as root; this allows them to bubblewrap alone`,
  }
}

function kept(setting: string, value: string): string {
  return `run \`sysctl -w ${setting}=${value}\` as root, and write it into \`/etc/sysctl.d/\``
}

function elsewhere(platform: NodeJS.Platform): string {
  if (platform === 'darwin')
    return 'set `sandbox.backend: seatbelt` or `container`, or run the gateway in a Linux machine'
  return 'set `sandbox.backend: container`, or run the gateway in a Linux machine (on Windows: WSL 2)'
}

type Package = 'bubblewrap' | 'util-linux'

/** How each family of distributions installs; the names of the packages where they differ. */
const INSTALLERS: Readonly<Record<string, (name: Package) => string>> = {
  debian: (name) => `apt-get install ${name}`,
  ubuntu: (name) => `apt-get install ${name}`,
  fedora: (name) => `dnf install ${name}`,
  rhel: (name) => `dnf install ${name}`,
  arch: (name) => `pacman -S ${name}`,
  suse: (name) => `zypper install ${name}`,
  opensuse: (name) => `zypper install ${name}`,
  alpine: (name) => `apk add ${name === 'bubblewrap' ? name : 'setpriv util-linux-misc'}`,
}

function installed({ distribution }: Machine, name: Package): string {
  const known = distribution.find((id) => Object.hasOwn(INSTALLERS, id))
  const install = known === undefined ? undefined : INSTALLERS[known]
  return install?.(name) ?? `the installer of your distribution for ${name}`
}
