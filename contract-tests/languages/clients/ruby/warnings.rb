# frozen_string_literal: true

# Makes every warning of Ruby an error. What a program itself writes with +warn+ has another form.
def Warning.warn(message, **)
  raise message if message.include?(': warning: ')

  $stderr.write(message)
end
