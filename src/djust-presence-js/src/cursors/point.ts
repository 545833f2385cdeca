/** A place in an element: 0, 0 is the upper left corner of its content, 1, 1 the lower right one. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A size in CSS pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}
