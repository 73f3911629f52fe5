-- As first_clicks.lua, but each address is pressed: a form without fields.
local paths, at = {}, 0

function init(args)
  for line in io.lines(args[1]) do
    paths[#paths + 1] = line
  end
  at = tonumber(args[2])
  wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
end

function request()
  at = at + 1
  return wrk.format("POST", paths[(at - 1) % #paths + 1], nil, "")
end
