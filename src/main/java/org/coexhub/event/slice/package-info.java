/**
 * Webhook bodies seen from above: where every item begins and ends, whom it is about, and how chosen items are put back
 * into an envelope. Ids are all it decodes; what an item says is left to the typing. May touch the ids of the event
 * package and its JSON.
 */
package org.coexhub.event.slice;
