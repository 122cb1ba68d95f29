/** One value of the configuration in force, secrets by reference or not at all. */
export interface SettingView {
  /** Dotted, such as `limits.maxBody`. */
  readonly path: string
  /** As JSON. */
  readonly value: string
  /** Where it comes from; absent when nobody knows. */
  readonly origin?: string
}

/** A part of the gateway, and whether it works. */
export interface HealthView {
  readonly part: string
  readonly ok: boolean
  /** In words for whoever runs the gateway. */
  readonly detail: string
}

/** A message to somebody else that is due or was sent. Times are milliseconds since the epoch. */
export interface DeliveryView {
  readonly id: string
  readonly endpoint: string
  readonly event: string
  readonly state: string
  readonly attempts: number
  readonly due: number
  readonly created: number
  readonly status?: number
}

/** How the gateway is set, and how it fares. */
export interface Settings {
  show(): readonly SettingView[]
  health(): Promise<readonly HealthView[]>
  /** Newest first. */
  deliveries(part: {
    readonly limit: number
    readonly after?: string
    readonly endpoint?: string
    readonly state?: string
  }): Promise<readonly DeliveryView[]>
}
