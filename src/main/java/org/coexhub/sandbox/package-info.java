/**
 * Everything the {@code sandbox} profile adds: simulated Meta and CRMs, a small bot, a webhook receiver, and the page {@code /sandbox} that
 * shows both phones beside the hub's events. It may talk to the hub only over HTTP, like any outsider; nothing else in the hub may
 * refer to it.
 */
package org.coexhub.sandbox;
