/**
 * The phones in the sandbox: the Business App of the owner and those of customers.
 */
package org.coexhub.sandbox.meta.devices;
