/** RFC 6749 section 4.4. */
export const CLIENT_CREDENTIALS = 'client_credentials'
/** RFC 8693 section 2.1. */
export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
/** RFC 7523 section 2.1. */
export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
/** RFC 7523 section 2.2. */
export const JWT_ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
/** `typ` of an identity assertion authorization grant (ID-JAG). */
export const IDENTITY_ASSERTION = 'oauth-id-jag+jwt'
