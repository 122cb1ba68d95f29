import type { Classification, ToolEffect } from '../../kernel/access.ts'

export type Risk = Classification['risk']

/** How bad a wrong call of each kind is. */
export const RISK: Readonly<Record<ToolEffect, Risk>> = {
  read: 'low',
  write: 'medium',
  delete: 'high',
  execute: 'high',
  send: 'high',
  pay: 'high',
  admin: 'high',
}

export function highest(risks: readonly Risk[]): Risk {
  if (risks.includes('high')) return 'high'
  return risks.includes('medium') ? 'medium' : 'low'
}
