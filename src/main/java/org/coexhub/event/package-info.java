/**
 * Meta's webhooks as the hub understands them: bodies are cut into slices, slices become typed events with a stable
 * identity, and events become CloudEvents. Plain Java and Jackson only; this package knows no queue, no database and
 * no framework.
 */
package org.coexhub.event;
