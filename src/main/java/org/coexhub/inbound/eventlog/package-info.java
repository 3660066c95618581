/**
 * The event log: where a duplicate is recognised, who claims what, the feed in commit order, and the hub's own events
 * on their way into the journal. Knows neither conversations nor destinations.
 */
package org.coexhub.inbound.eventlog;
