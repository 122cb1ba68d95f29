import type { Form, Identified } from './form.ts'

const OWNER = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})'
const REPOSITORY = '[\\w.-]{1,100}'
const HOSTED = new RegExp(
  `^(?:(?:https?|ssh|git)://(?:[\\w.-]+@)?(?:www\\.)?github\\.com/|git@github\\.com:|github\\.com/)(${OWNER})/(${REPOSITORY}?)(?:\\.git)?/?$`,
  'i',
)
const SHORT = new RegExp(`^(${OWNER})/(${REPOSITORY})$`)

/** `owner/name` on GitHub, which are the same in either case. */
export const REPO: Form = {
  names: /(?:^|_)(?:repo|repository|repo_name|full_name)s?$/,
  read: (text, named) => {
    const [, owner, name] = HOSTED.exec(text) ?? (named ? SHORT.exec(text) : null) ?? []
    if (owner === undefined || name === undefined || /^\.{1,2}$/.test(name)) return []
    return [{ type: 'repository', value: `${owner}/${name}`.toLowerCase() }]
  },
}

/** Names of commits: certain when whole. What else names one may be moved. */
export const GIT: Form = {
  names: /(?:^|_)(?:sha|commit|ref|branch|tag|commit_sha|base_ref|head_ref|base_branch)s?$/,
  read: (text, named) => {
    if (/^(?:[0-9a-fA-F]{40}|[0-9a-fA-F]{64})$/.test(text))
      return [{ type: 'sha', value: text.toLowerCase() }]
    const valid = isRef(text)
    if (/^refs\/(?:heads|tags|pull|remotes)\//.test(text) && valid)
      return [{ type: 'git-ref', value: text, flags: ['floating'] }]
    return named
      ? [{ type: 'git-ref', value: text, flags: valid ? ['floating'] : ['malformed'] }]
      : []
  },
}

/** git-check-ref-format(1). */
function isRef(text: string): boolean {
  if (/[\s~^:?*[\\]|\.\.|@\{|\/\/|\.$|\/$|^[/-]|^@$|\.lock$/.test(text)) return false
  return text.split('/').every((part) => !part.startsWith('.') && !part.endsWith('.lock'))
}

const DIGEST = /@sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})$/
const IMAGE_NAME =
  /^(?:((?:[a-zA-Z0-9-]+\.)+[a-zA-Z0-9-]+(?::\d+)?|localhost(?::\d+)?|[a-zA-Z0-9-]+:\d+)\/)?([a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*)(?::([\w][\w.-]{0,127}))?$/

/** References to container images (distribution specification), with what Docker leaves out. */
export const IMAGE: Form = {
  names: /(?:^|_)(?:image|container_image|image_ref)s?$/,
  sign: /@sha256:/,
  inText: /(?<![\w./:@-])[\w][\w./:-]{0,255}@sha256:[0-9a-f]{64}(?![0-9a-f])/g,
  read: (text, named) => {
    const [digest] = DIGEST.exec(text) ?? []
    if (digest === undefined && !named) return []
    const name = text.length > 512 ? undefined : imageName(text.replace(DIGEST, ''), digest)
    if (name !== undefined)
      return [{ type: 'image', value: name, flags: digest === undefined ? ['floating'] : [] }]
    return named ? [{ type: 'image', value: text, flags: ['malformed'] }] : []
  },
}

/** In full, as Docker completes it. */
function imageName(text: string, digest: string | undefined): string | undefined {
  const [, registry = 'docker.io', path, tag = 'latest'] = IMAGE_NAME.exec(text) ?? []
  if (path === undefined) return undefined
  const name = registry === 'docker.io' && !path.includes('/') ? `library/${path}` : path
  return `${registry.toLowerCase()}/${name}${digest ?? `:${tag}`}`
}

const EXACT = /^v?\d+(?:\.\d+){0,3}(?:[-.+]?[A-Za-z0-9][\w.+-]*)?$/

/** Packages: package URLs, and what npm and pip take where the argument is called so. */
export const PACKAGE: Form = {
  names:
    /(?:^|_)(?:package|packages|dependency|dependencies|package_name|requirement|requirements)$/,
  read: (text, named) => {
    const url = /^pkg:([a-z][a-z0-9.+-]*)\/([^@?#\s]+)(?:@([^?#\s]+))?/.exec(text)
    if (url) return [versioned('package', text, url[3])]
    if (!named) return []
    const npm = /^((?:@[a-z0-9~][\w.~-]*\/)?[a-zA-Z0-9~][\w.~-]*)(?:@(\S+))?$/.exec(text)
    if (npm) return [versioned('package', text, npm[2])]
    const pip = /^([A-Za-z0-9][\w.-]*)(?:\[[\w,. -]*\])?\s*(?:===?\s*([^\s,;*]+))?$/.exec(text)
    if (pip) return [versioned('package', pipName(text, pip[1]), pip[2])]
    return [{ type: 'package', value: text, flags: ['floating'] }]
  },
}

/** PEP 503: names are the same in either case, and by any separator. */
function pipName(text: string, name = ''): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-') + text.slice(name.length).replace(/\s+/g, '')
}

function versioned(type: string, value: string, version: string | undefined): Identified {
  return { type, value, flags: version !== undefined && EXACT.test(version) ? [] : ['floating'] }
}
