/**
 * The event log: where a duplicate is recognised, what is claimed by whom, the feed in commit order, and the store all
 * of it lives in. Reads slices through {@code event}; knows neither conversations nor destinations.
 */
package org.coexhub.eventlog;
