/**
 * Makes typed events out of the items of a slice, one class per family of updates, and out of the hub's own events. Works
 * on the outline that slicing drew, and may touch nothing else but the vocabulary of events and JSON.
 */
package org.coexhub.event.typing;
