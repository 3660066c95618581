/**
 * The CRMs of the sandbox: simulated systems that the hub is connected to, and what the page shows of each. One more is a {@link
 * org.coexhub.sandbox.crm.CrmPanel} bean; the page draws all of them alike.
 */
package org.coexhub.sandbox.crm;
