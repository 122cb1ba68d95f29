import type { Form, Identified } from './form.ts'

/** `arn:partition:service:region:account:resource`. The account is an identifier of its own. */
export const ARN: Form = {
  names: /(?:^|_)arns?$/,
  sign: /arn:/,
  inText:
    /(?<![\w:])arn:[a-z-]{3,20}:[a-z0-9-]{1,40}:[a-z0-9-]{0,30}:(?:\d{12}|aws)?:[\w+=,.@/:*?-]{1,1024}/g,
  read: (text, named) => {
    const [, account] =
      /^arn:(?:aws(?:-[a-z-]+)?|\*):[a-z0-9*-]+:[a-z0-9*-]*:(\d{12}|aws|\*)?:[^\s]+$/.exec(text) ??
      []
    if (!/^arn:[^:]+:[^:]+:[^:]*:[^:]*:\S+$/.test(text))
      return named ? [{ type: 'arn', value: text, flags: ['malformed'] }] : []
    const arn: Identified = {
      type: 'arn',
      value: text,
      flags: /[*?]/.test(text) ? ['wildcard'] : [],
    }
    return /^\d{12}$/.test(account ?? '')
      ? [arn, { type: 'aws-account', value: String(account) }]
      : [arn]
  },
}

/** Resource names of Google Cloud, relative or full. The project is an identifier of its own. */
export const GCP: Form = {
  names: /^$/,
  sign: /googleapis/,
  inText: /(?<![\w/])\/\/[a-z]{2,30}\.googleapis\.com\/[\w./:@*-]{1,512}/g,
  read: (text) => {
    const full = /^\/\/[a-z]+\.googleapis\.com\/\S+$/.test(text)
    const [, project] =
      /^(?:\/\/[a-z]+\.googleapis\.com\/)?projects\/([a-z][a-z0-9-]{4,28}[a-z0-9])\/[\w./:@*-]+$/.exec(
        text,
      ) ?? []
    if (!full && project === undefined) return []
    const resource: Identified = {
      type: 'gcp-resource',
      value: text,
      flags: text.includes('*') ? ['wildcard'] : [],
    }
    return project === undefined ? [resource] : [resource, { type: 'gcp-project', value: project }]
  },
}

const SUBSCRIPTION = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
const AZURE_ID = new RegExp(`^/subscriptions/(${SUBSCRIPTION})(?:/[\\w.()*-]+)*/?$`, 'i')

/** Resource ids of Azure, which are the same in either case. */
export const AZURE: Form = {
  names: /^$/,
  sign: /subscriptions/i,
  inText: new RegExp(`(?<![\\w/])/subscriptions/${SUBSCRIPTION}(?:/[\\w.()-]{1,90}){0,20}`, 'gi'),
  read: (text) => {
    const [, subscription] = AZURE_ID.exec(text) ?? []
    if (subscription === undefined) return []
    const value = text.toLowerCase().replace(/\/$/, '')
    return [
      { type: 'azure-resource', value, flags: value.includes('*') ? ['wildcard'] : [] },
      { type: 'azure-subscription', value: subscription.toLowerCase() },
    ]
  },
}

/** Names in Kubernetes (RFC 1123 labels and subdomains), where the argument is called like one. */
export const KUBERNETES: Form = {
  names:
    /(?:^|_)(?:namespace|pod|deployment|configmap|statefulset|daemonset|replicaset|pod_name)s?$/,
  read: (text, named) => {
    if (!named) return []
    if (text === '*') return [{ type: 'kubernetes', value: text, flags: ['wildcard'] }]
    const valid =
      text.length <= 253 &&
      /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/.test(text)
    return [{ type: 'kubernetes', value: text, flags: valid ? [] : ['malformed'] }]
  },
}
