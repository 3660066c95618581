/**
 * Replay: events of the log sent to one destination again, stretch by stretch, each stretch once.
 */
package org.coexhub.delivery.replay;
