import type { HostId } from '../../kernel/inventory.ts'
import { amazonQ } from './amazon-q.ts'
import { amp } from './amp.ts'
import { antigravity } from './antigravity.ts'
import { claudeCode } from './claude-code.ts'
import { claudeDesktop } from './claude-desktop.ts'
import { cline, rooCode } from './cline.ts'
import { codex } from './codex.ts'
import { continueDev } from './continue.ts'
import { copilotCli } from './copilot-cli.ts'
import { crush } from './crush.ts'
import { cursor } from './cursor.ts'
import { factory } from './factory.ts'
import { geminiCli } from './gemini-cli.ts'
import { goose } from './goose.ts'
import type { Host } from './host.ts'
import { junie } from './junie.ts'
import { kimi } from './kimi.ts'
import { kiro } from './kiro.ts'
import { lmStudio } from './lm-studio.ts'
import { opencode } from './opencode.ts'
import { qoder } from './qoder.ts'
import { sema4 } from './sema4.ts'
import { trae } from './trae.ts'
import { vibe } from './vibe.ts'
import { vscode, vscodeInsiders } from './vscode.ts'
import { windsurf } from './windsurf.ts'
import { zed } from './zed.ts'

/** Every host that is known, in the order in which it is listed. */
export const HOSTS: readonly Host[] = [
  claudeDesktop,
  claudeCode,
  cursor,
  vscode,
  vscodeInsiders,
  copilotCli,
  windsurf,
  zed,
  codex,
  geminiCli,
  antigravity,
  goose,
  cline,
  rooCode,
  continueDev,
  junie,
  lmStudio,
  amazonQ,
  kiro,
  opencode,
  crush,
  amp,
  factory,
  kimi,
  vibe,
  trae,
  qoder,
  sema4,
]

export function hostOf(id: HostId): Host | undefined {
  return HOSTS.find((host) => host.id === id)
}
