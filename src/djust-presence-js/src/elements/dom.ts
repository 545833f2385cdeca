/**
 * Setters that leave a node alone that already says what it should. What the server rendered stays untouched, and so do
 * selections, animations and observers.
 */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** @param value `null` removes the attribute. */
export function setAttribute(element: Element, name: string, value: string | null): void {
  if (value === null) element.removeAttribute(name);
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** Through the object model, which a strict content security policy allows. @param value `null` removes the property. */
export function setStyle(element: Element, property: `--${string}`, value: string | null): void {
  const { style } = element as HTMLElement;
  if (value === null) style.removeProperty(property);
  else if (style.getPropertyValue(property).trim() !== value) style.setProperty(property, value);
}
