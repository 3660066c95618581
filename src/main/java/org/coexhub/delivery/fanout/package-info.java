/**
 * The last step of the router: each accepted event goes once into the queue of each destination that wants it, with
 * its headers.
 */
package org.coexhub.delivery.fanout;
