/**
 * The entrance of Meta's webhooks: verification handshake, signature over the raw bytes, slices handed to the
 * journal. Nothing is parsed further, looked up or decided here.
 */
package org.coexhub.inbound.webhook;
