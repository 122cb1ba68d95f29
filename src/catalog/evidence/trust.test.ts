import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../kernel/json.ts'
import { classify } from '../classify.ts'

const RANK = ['trusted', 'members', 'untrusted']

function trust(name: string, args: readonly string[] = [], more: JsonObject = {}): string {
  const properties = Object.fromEntries(args.map((arg) => [arg, { type: 'string' }]))
  return classify({ name, inputSchema: { type: 'object', properties }, ...more }).trust
}

describe('what only members write', () => {
  test.each([
    ['read_channel_history', ['channel_id', 'limit']],
    ['list_channels', []],
    ['getThreadReplies', ['channel', 'thread_ts']],
    ['search_team_chat', ['query']],
    ['list_direct_messages', ['workspace_id']],
    ['read_inbox', ['user']],
    ['calendar_list_events', ['day']],
    ['find_free_meeting_slots', ['duration']],
    ['search_contacts', ['query']],
    ['search_contacts_by_email', ['email']],
    ['list_employees', ['department']],
    ['get_group_members', ['group_id']],
    ['list_tasks', ['list_id']],
    ['get_sprint_backlog', ['board_id']],
    ['get_thermostat', ['device_id']],
    ['list_clusters', []],
    ['get_deployment_status', ['name']],
    ['get_payslip', ['month']],
    ['get_balance', []],
    ['get_account_settings', []],
    ['get_user_information', []],
    ['get_my_profile', ['id']],
    ['whoami', []],
    ['get_secret', ['name']],
    ['list_directory', ['path']],
    ['list_files', ['folder']],
    ['get_current_time', ['timezone']],
    ['current_date', []],
  ])('%s(%j)', (name, args) => {
    expect(trust(name, args)).toBe('members')
  })
})

describe('what anybody may have written', () => {
  test.each([
    ['get_webpage', ['url']],
    ['web_search', ['query']],
    ['browser_snapshot', []],
    ['read_email', ['id']],
    ['get_unread_emails', []],
    ['get_inbox', ['folder']],
    ['list_issues', ['owner', 'repo']],
    ['get_pull_request_comments', ['owner', 'repo', 'number']],
    ['list_team_members', ['repo']],
    ['get_hotel_reviews', ['hotel']],
    ['get_restaurant_info', ['name']],
    ['search_flights', ['from', 'to', 'date']],
    ['get_weather_today', ['city']],
    ['get_customer_chat', ['id']],
    ['list_support_tickets', []],
    ['get_transactions', ['account']],
    ['read_file', ['path']],
    ['get_document', ['id']],
    ['get_note', ['id']],
    ['get_meeting_transcript', ['id']],
    ['get_calendar_attachment', ['id']],
    ['get_user_profile', ['username']],
    ['search_users', ['q']],
    ['list_chats', ['phone']],
    ['list_orders', []],
    ['get_pod_logs', ['pod']],
    ['run_query', ['sql']],
    ['list_products', []],
    ['frobnicate', []],
    ['get_thing', ['id']],
    ['get', []],
    ['', []],
  ])('%s(%j)', (name, args) => {
    expect(trust(name, args)).toBe('untrusted')
  })
})

test('a list of files that hands out what is in them is written by whoever wrote them', () => {
  const output = {
    outputSchema: { properties: { files: { items: { properties: { content: {} } } } } },
  }
  expect(trust('list_files', [], output)).toBe('untrusted')
  expect(trust('list_files', [], { description: 'Files, with their contents.' })).toBe('untrusted')
  expect(trust('list_files', [], { description: 'Files, with their sizes.' })).toBe('members')
})

test('an inbox of mail is no inbox of messages', () => {
  expect(trust('read_inbox', ['user'], { description: 'Reads e-mail.' })).toBe('untrusted')
})

test('nothing is trusted by its name, and what a server says never makes it safer', () => {
  const part = fc.constantFrom(
    ...['get', 'list', 'my', 'channel', 'calendar', 'balance', 'email', 'issue', 'files', 'x'],
    ...['user', 'today', 'inbox', 'trusted', 'members', 'by', 'web'],
  )
  const args = fc.array(fc.constantFrom('user', 'url', 'channel', 'repo', 'id', 'day'))
  const hint = fc.oneof(fc.boolean(), fc.constantFrom('false', 0, null))
  fc.assert(
    fc.property(fc.array(part), args, hint, fc.string(), (parts, names, open, description) => {
      const without = trust(parts.join('_'), names)
      const annotations = { openWorldHint: open, readOnlyHint: true }
      const given = trust(parts.join('_'), names, { annotations, description })
      expect(without).not.toBe('trusted')
      expect(RANK.indexOf(given)).toBeGreaterThanOrEqual(RANK.indexOf(without))
      if (open === true) expect(given).toBe('untrusted')
    }),
  )
})
