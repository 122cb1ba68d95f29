import { expect, test } from 'vitest'
import type { ArgumentRole } from '../../kernel/flow.ts'
import { rolesOf } from './roles.ts'

const LETTERS: Readonly<Record<string, ArgumentRole>> = {
  d: 'destination',
  s: 'selector',
  t: 'content',
  c: 'credential',
  p: 'proof',
  x: 'command',
  o: 'setting',
}

/** Tools of many trades, as their argument names alone show them: `name:role`. */
const TOOLS: Readonly<Record<string, string>> = {
  // Payments.
  create_transfer: 'from_account:d recipientIban:d amount:o currency:o reference:s purpose:t',
  send_money: 'payee:d sortCode:d account_number:d amount:o memo:t schedule_date:o',
  create_invoice: 'customer_id:s line_items:s due_date:o notes:t',
  refund_charge: 'charge_id:s amount:o reason:t',
  crypto_send: 'wallet_address:d token_symbol:s network_fee:s',
  update_payout: 'bank_account:d swift:d interval:o',
  pay_by_card: 'card_number:c cvv:c expiry:o holder_name:s',
  // Travel.
  reserve_hotel: 'hotel:s start_day:o end_day:o guests_count:o',
  book_flight: 'flight_number:s passenger_name:s cabin_class:o passport_number:s',
  find_restaurants: 'city:t cuisine_type:o max_price:o',
  cancel_booking: 'confirmation_code:s reason:t',
  request_ride: 'pickup_address:d dropoff_address:d vehicle_type:o',
  // Customers.
  update_contact: 'contact_id:s email:d phoneNumber:d jobTitle:t',
  create_deal: 'dealName:s stage:s company:s owner_id:d',
  send_campaign: 'listId:s template_id:s subject_line:t fromName:s replyTo:d',
  merge_leads: 'primary_lead:s duplicateIds:s',
  // Clouds.
  create_vm: 'region:o instance_type:o image_id:s sshPublicKey:c startup_script:x',
  put_object: 'bucketName:d objectKey:s body:t contentType:o acl:s',
  set_dns_record: 'zone:s record_type:o hostname:d target:d ttl:o',
  create_access_key: 'userName:d',
  attach_policy: 'policy_arn:s principal:d',
  create_secret: 'secret_name:s secret_value:c',
  rotate_token: 'token_id:s expires_at:o',
  open_firewall: 'source_ip:d port:s protocol:o',
  create_webhook: 'payload_url:d secret:c events:s active:o',
  deploy_function: 'function_name:s runtime:o handler_code:s env_vars:s',
  // Houses and machines.
  set_temperature: 'device_id:s temperature:o unit:o',
  unlock_door: 'lock_id:s pin:c',
  run_scene: 'scene_id:s',
  ota_update: 'device:s firmware_url:d checksum:s',
  // Building.
  trigger_build: 'pipeline:s branch:d parameters:s',
  rerun_job: 'job_id:s',
  publish_package: 'package_path:s registry_url:d auth_token:c tag:s',
  exec_in_container: 'container_id:s command:x args:x workdir:s',
  run_python: 'code:x timeout:o',
  query_db: 'sql:x params:s limit:o',
  // Forges.
  create_pull_request: 'owner:d repo:d title:t head:s base:d body:t',
  add_collaborator: 'repository:d username:d permission:o',
  create_comment: 'issue_number:s comment:t',
  transfer_repo: 'repo_name:d new_owner:d',
  push_files: 'owner:d repo:d branch:d message:t files:s',
  add_deploy_key: 'title:t public_key:c',
  create_fork: 'organization:d',
  // Notes and files.
  create_page: 'parent_id:d title:t markdown:t',
  move_file: 'source_path:s destination_folder:d',
  save_attachment: 'attachment_id:s saveDir:d overwrite_mode:o',
  share_document: 'document_id:s shareWith:d access_level:o',
  replace_text: 'file_path:s old_str:t new_str:t',
  rename: 'old_path:s new_path:d',
  // Resources of a firm.
  create_purchase_order: 'vendor_id:s sku:s quantity:o unit_price:o delivery_address:d',
  update_employee: 'employee_id:s salary:s managerEmail:d',
  create_vendor: 'vendor_name:s bankAccountNumber:d',
  approve_expense: 'expense_id:s approverComment:t',
  // Messages and identity.
  post_message: 'channel_id:d text:t thread_ts:s blocks:s',
  send_sms: 'to_number:d message_body:t',
  forward_email: 'message_id:s forward_to:d comment:t',
  schedule_meeting: 'attendees:d agenda:t start_time:o meeting_link:d',
  invite_member: 'emails:d role:o workspace_id:d',
  confirm_login: 'otp_code:p',
  verify_phone: 'phone:d verification_code:p',
  change_password: 'current_password:c newPassword:c',
  set_forwarding: 'forwarding_address:d',
  list_things: 'page_token:o sort_by:o filter:s q:t',
  // One word where others write two.
  hook: 'webhookurl:d apikey:c filename:s emailaddress:d accountnumber:d userid:d',
  // Other tongues.
  enviar: 'destinatario:d asunto:t mensaje:t',
  senden: 'empfänger:d betreff:t nachricht:t passwort:c',
}

test.each(Object.entries(TOOLS))('%s', (_, said) => {
  const wanted = said.split(' ').map((pair) => pair.split(':') as [string, string])
  const schema = {
    type: 'object',
    properties: Object.fromEntries(wanted.map(([name]) => [name, { type: 'string' }])),
  }
  const plan = rolesOf(schema, {})
  const found = wanted.map(([name]) => `${name}: ${plan.roleAt(`/${name}`, name, 'x')}`)
  expect(found).toEqual(wanted.map(([name, letter]) => `${name}: ${LETTERS[letter]}`))
})
