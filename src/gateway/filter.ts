import { isObject, type JsonObject } from '../kernel/json.ts'
import type { Notification } from '../mcp/message.ts'

/** What a client wants to hear (2026-07-28, `SubscriptionFilter`). */
export interface Filter {
  readonly toolsListChanged: boolean
  readonly promptsListChanged: boolean
  readonly resourcesListChanged: boolean
  readonly resourceSubscriptions: readonly string[]
}

export const NOTHING: Filter = {
  toolsListChanged: false,
  promptsListChanged: false,
  resourcesListChanged: false,
  resourceSubscriptions: [],
}

/** Reads the `notifications` member of a request or an acknowledgement. What is unknown is not wanted. */
export function filterOf(params: JsonObject | undefined): Filter {
  const wanted = params?.['notifications']
  const filter = isObject(wanted) ? wanted : {}
  const uris = filter['resourceSubscriptions']
  return {
    toolsListChanged: filter['toolsListChanged'] === true,
    promptsListChanged: filter['promptsListChanged'] === true,
    resourcesListChanged: filter['resourcesListChanged'] === true,
    resourceSubscriptions: Array.isArray(uris)
      ? [...new Set(uris.filter((uri) => typeof uri === 'string'))]
      : [],
  }
}

/** A filter as its member `notifications`. */
export function filterParams(filter: Filter): JsonObject {
  const { resourceSubscriptions, ...changed } = filter
  const on = Object.entries(changed).filter(([, wanted]) => wanted)
  return {
    ...Object.fromEntries(on),
    ...(resourceSubscriptions.length > 0 ? { resourceSubscriptions } : {}),
  }
}

/** What any of the filters wants. */
export function joined(filters: readonly Filter[]): Filter {
  return {
    toolsListChanged: filters.some((filter) => filter.toolsListChanged),
    promptsListChanged: filters.some((filter) => filter.promptsListChanged),
    resourcesListChanged: filters.some((filter) => filter.resourcesListChanged),
    resourceSubscriptions: [...new Set(filters.flatMap((filter) => filter.resourceSubscriptions))],
  }
}

/** What both want. */
export function common(left: Filter, right: Filter): Filter {
  const uris = new Set(right.resourceSubscriptions)
  return {
    toolsListChanged: left.toolsListChanged && right.toolsListChanged,
    promptsListChanged: left.promptsListChanged && right.promptsListChanged,
    resourcesListChanged: left.resourcesListChanged && right.resourcesListChanged,
    resourceSubscriptions: left.resourceSubscriptions.filter((uri) => uris.has(uri)),
  }
}

/** Makes the test of whether a notification is wanted. */
export function wants(filter: Filter): (notification: Notification) => boolean {
  const uris = new Set(filter.resourceSubscriptions)
  return ({ method, params }) => {
    switch (method) {
      case 'notifications/tools/list_changed':
        return filter.toolsListChanged
      case 'notifications/prompts/list_changed':
        return filter.promptsListChanged
      case 'notifications/resources/list_changed':
        return filter.resourcesListChanged
      case 'notifications/resources/updated':
        return uris.has(String(params?.['uri']))
      default:
        return false
    }
  }
}
