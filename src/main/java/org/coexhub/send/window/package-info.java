/**
 * The rule of the customer service window before sending: free text only while it is open, else the fallback template,
 * or waiting for the customer, or a refusal. Asks the conversation package; touches commands through their store.
 */
package org.coexhub.send.window;
