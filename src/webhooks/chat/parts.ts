import type { ChatSettings, WebhookOptions } from '../options.ts'

/** What messages in a chat are made of. */
export interface ChatParts extends Pick<WebhookOptions, 'publicOrigin' | 'seal'> {
  readonly chat: ChatSettings
}
