/**
 * The webhooks of simulated Meta: values in Meta's shape, the ticks that make statuses, and their signed and repeated
 * delivery. May touch the phones and the loopback network, nothing of the hub.
 */
package org.coexhub.sandbox.meta.webhook;
