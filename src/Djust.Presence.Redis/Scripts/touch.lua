-- Renews the lifetimes of a group at rest.
if existed then
  dirty = true
  touched = 0
  finish()
end
return 1
