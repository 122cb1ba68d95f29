import type { CDPSession, Page } from 'playwright-core'

/** A device that holds passkeys, in the browser of one page. */
export interface Authenticator {
  /** Whether its owner touches it when it asks, and shows who they are. */
  owner(person: 'absent' | 'touches' | 'proves who they are'): Promise<void>
  /** How many passkeys it holds. */
  passkeys(): Promise<number>
}

/**
 * Plugs in a device; its owner is absent.
 *
 * @param pages whether login pages ask the device as soon as they are open, or when a button is pressed.
 */
export async function plugIn(
  page: Page,
  pages: 'ask at once' | 'ask when pressed' = 'ask when pressed',
): Promise<Authenticator> {
  if (pages === 'ask when pressed')
    await page.addInitScript({
      content: 'PublicKeyCredential.isConditionalMediationAvailable = async () => false',
    })
  const cdp: CDPSession = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable', { enableUI: false })
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: false,
    },
  })
  return {
    async owner(person) {
      const isUserVerified = person === 'proves who they are'
      await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified })
      const enabled = person !== 'absent'
      await cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled })
    },
    passkeys: async () =>
      (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials.length,
  }
}
