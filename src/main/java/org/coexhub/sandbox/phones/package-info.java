/**
 * The phones behind the simulation: chats with their bubbles, ticks and windows, as customer and business see them. Knows nothing
 * of webhooks or Graph and may touch Jackson's tree only.
 */
package org.coexhub.sandbox.phones;
